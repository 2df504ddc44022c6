// Everything that the shop can be asked, on both engines.

import { onBothEngines } from "./on-both-engines.js";
import { shopSuite } from "./suite/index.js";

onBothEngines("the shop", shopSuite);
