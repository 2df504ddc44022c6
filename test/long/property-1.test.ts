import { moveHalfOfThem } from "./long-property.js";

moveHalfOfThem();
