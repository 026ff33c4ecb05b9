import { type Hashes, loader } from "./loader.ts";

declare const HEAVY_HASHES: Hashes;
export default loader("local", HEAVY_HASHES);
