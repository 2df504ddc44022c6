// Finds damage in the file: in a table it ends the run, in an index alone it is only told.

import Database from "better-sqlite3";
import { OutgrowError } from "../base/errors.js";
import { printable } from "../base/printable.js";
import { quoteName } from "../base/quote.js";
import type { SourceCatalog, SourceIndex, SourceTable } from "./catalog.js";
import type { Source } from "./open-source.js";

type IndexDamage = SourceCatalog["indexDamage"];
