// Upscaling in this browser: the model comes here, the picture stays.

export const maxPixels = 1_000_000;

/**
 * Upscales a bitmap.
 * @returns {Promise<{blob: Blob, notes: string[]}>} Rejected with an Error whose message is for people.
 */
export function upscale({ bitmap, model, preset, width, height, signal, report }) {
    return new Promise((resolve, reject) => {
        const worker = new Worker("upscale-worker.js", { type: "module" });
        const end = (settle, value) => {
            worker.terminate();
            settle(value);
        };
        signal.addEventListener("abort", () => end(reject, signal.reason));
        worker.addEventListener("message", ({ data }) => {
            if (data.blob)
                end(resolve, data);
            else if (data.problem)
                end(reject, new Error(data.problem));
            else
                report({ phase: "working", progress: data.progress });
        });
        worker.addEventListener("error", e => end(reject, new Error(
            `This browser cannot run the model${e.message ? ` (${e.message})` : ""}. Upscale on the server instead.`)));
        worker.postMessage({
            bitmap, width, height,
            scale: model.scale,
            halo: model.halo,
            model: `/models/${encodeURIComponent(model.name)}.onnx?preset=${preset}`,
        });
    });
}
