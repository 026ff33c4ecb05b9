import { loader } from "./loader.ts";

declare const HEAVY_HASH: string;
export default loader("status", HEAVY_HASH);
