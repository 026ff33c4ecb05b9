import { type Hashes, loader } from "./loader.ts";

declare const HEAVY_HASHES: Hashes;
export default loader("executions", HEAVY_HASHES);
