// Enlarges a bitmap bicubically: { bitmap, width, height } comes, a bitmap goes.
import { canvasOf, pixelsOf, resize } from "./pictures.js";

addEventListener("message", ({ data: { bitmap, width, height } }) => {
    const enlarged = canvasOf(resize(pixelsOf(bitmap).image, width, height)).transferToImageBitmap();
    postMessage(enlarged, [enlarged]);
});
