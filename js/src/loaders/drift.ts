import { type Hashes, loader } from "./loader.ts";

declare const HEAVY_HASHES: Hashes;
export default loader("drift", HEAVY_HASHES);
