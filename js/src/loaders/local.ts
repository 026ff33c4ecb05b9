import { loader } from "./loader.ts";

declare const HEAVY_HASH: string;
export default loader("local", HEAVY_HASH);
