import { loader } from "./loader.ts";

declare const HEAVY_HASH: string;
export default loader("deploy", HEAVY_HASH);
