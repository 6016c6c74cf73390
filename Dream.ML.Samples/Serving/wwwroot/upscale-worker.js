// Upscales a bitmap by a model in ONNX's format. { bitmap, model, scale, halo, width, height } comes; { progress } goes as often
// as a tile is done, and { blob, notes } or { problem } in the end.
import { canvasOf, pixelsOf, resize } from "./pictures.js";

const tileSide = 224, maxThreads = 8;

addEventListener("message", async ({ data }) => {
    try {
        postMessage(await upscale(data));
    } catch (e) {
        postMessage({ problem: `${e?.message ?? e}` });
    }
});

async function upscale({ bitmap, model, scale, halo, width, height }) {
    const { image, transparent } = pixelsOf(bitmap);
    const session = await open(model);
    let result = new ImageData(image.width * scale, image.height * scale);
    const tiles = [...tilesOf(image, tileSide - 2 * halo)];
    for (const [i, tile] of tiles.entries()) {
        postMessage({ progress: i / tiles.length });
        await upscaleTile(session, image, result, tile, halo, scale);
    }
    postMessage({ progress: 1 });
    requireAlike(image, result);
    if (result.width !== width || result.height !== height)
        result = resize(result, width, height);
    return {
        blob: await canvasOf(result).convertToBlob({ type: "image/png" }),
        notes: transparent ? ["transparency was laid on white"] : [],
    };
}

async function open(model) {
    const ort = await import("/ort/ort.wasm.min.mjs");
    ort.env.wasm.wasmPaths = "/ort/";
    ort.env.wasm.numThreads = crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, maxThreads) : 1;
    const answer = await fetch(model);
    if (!answer.ok)
        throw new Error((await answer.json()).detail);
    const session = await ort.InferenceSession.create(await answer.arrayBuffer(), { executionProviders: ["wasm"] });
    return {
        makesNoise: session.inputNames.includes("noise"),
        run: async inputs => (await session.run(Object.fromEntries(Object.entries(inputs).map(
            ([name, { values, shape }]) => [name, new ort.Tensor("float32", values, shape)])))).upscaled.data,
    };
}

function* tilesOf(image, side) {
    for (let y = 0; y < image.height; y += side)
        for (let x = 0; x < image.width; x += side)
            yield { x, y, width: Math.min(side, image.width - x), height: Math.min(side, image.height - y) };
}

/** Runs the network on a tile and all around it that matters, and keeps the tile. */
async function upscaleTile(session, image, result, tile, halo, scale) {
    const left = Math.max(0, tile.x - halo), top = Math.max(0, tile.y - halo);
    const width = Math.min(image.width, tile.x + tile.width + halo) - left, height = Math.min(image.height, tile.y + tile.height + halo) - top;
    const values = new Float32Array(3 * width * height);
    for (let c = 0, i = 0; c < 3; c++)
        for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
                values[i++] = image.data[4 * ((top + y) * image.width + left + x) + c] / 255;
    const inputs = { image: { values, shape: [1, 3, height, width] } };
    if (session.makesNoise)
        inputs.noise = noise(3 * scale * scale, left, top, width, height);
    const upscaled = await session.run(inputs);

    const area = scale * width * scale * height, offsetX = scale * (tile.x - left), offsetY = scale * (tile.y - top);
    for (let y = 0; y < scale * tile.height; y++) {
        let from = (offsetY + y) * scale * width + offsetX, to = 4 * ((scale * tile.y + y) * result.width + scale * tile.x);
        for (let x = 0; x < scale * tile.width; x++, from++, to += 4) {
            for (let c = 0; c < 3; c++)
                result.data[to + c] = 255 * upscaled[c * area + from];
            result.data[to + 3] = 255;
        }
    }
}

/** Normal numbers that depend on where they are in the picture: tiles that overlap have the same. */
function noise(channels, left, top, width, height) {
    const values = new Float32Array(channels * height * width);
    for (let c = 0, i = 0; c < channels; c++)
        for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++) {
                const key = mix(mix(mix(c + 1) ^ (top + y)) ^ (left + x));
                const radius = (key + 1) / 4294967296, angle = mix(key ^ 0x9e3779b9) / 4294967296;
                values[i++] = Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
            }
    return { values, shape: [1, channels, height, width] };
}

function mix(x) {
    x = Math.imul(x ^ x >>> 16, 0x7feb352d);
    x = Math.imul(x ^ x >>> 15, 0x846ca68b);
    return (x ^ x >>> 16) >>> 0;
}

/** A result that has nothing to do with the picture (black, not a number) is none. */
function requireAlike(image, result) {
    const mean = ({ data }) => data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0) / data.length * 4 / 3;
    if (Math.abs(mean(image) - mean(result)) > 16)
        throw new Error("This browser computed something else than the picture. Upscale on the server instead.");
}
