// Picture files and pixels, without the page: for the page and for its workers.

/** The size that a file's first bytes declare, before anything is decoded; null where they declare none. */
export async function declaredSize(file) {
    const view = new DataView(await file.slice(0, 1 << 20).arrayBuffer());
    const text = (offset, length) => String.fromCharCode(...new Uint8Array(view.buffer, offset, length));
    try {
        if (view.getUint32(0) === 0x89504e47)
            return { width: view.getUint32(16), height: view.getUint32(20) };
        if (text(0, 4) === "GIF8")
            return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
        if (text(0, 2) === "BM")
            return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
        if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP")
            return webPSize(view, text(12, 4));
        if (view.getUint16(0) === 0xffd8)
            return jpegSize(view);
    } catch (e) {
        // Cut off.
        if (!(e instanceof RangeError))
            throw e;
    }
    return null;
}

function webPSize(view, chunk) {
    const short = offset => view.getUint16(offset, true);
    switch (chunk) {
        case "VP8X":
            return { width: 1 + short(24) + (view.getUint8(26) << 16), height: 1 + short(27) + (view.getUint8(29) << 16) };
        case "VP8L": {
            const bits = view.getUint32(21, true);
            return { width: 1 + (bits & 0x3fff), height: 1 + (bits >>> 14 & 0x3fff) };
        }
        default:
            return { width: short(26) & 0x3fff, height: short(28) & 0x3fff };
    }
}

function jpegSize(view) {
    for (let offset = 2; ; offset += 2 + view.getUint16(offset + 2)) {
        while (view.getUint8(offset + 1) === 0xff)
            offset++;
        const marker = view.getUint8(offset + 1);
        // All frame headers, but not the tables between them.
        if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
            return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    }
}

/** Keys' cubic, as the library has it. */
function cubic(x) {
    x = Math.abs(x);
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** Which pixels of a row make those of a row of another length, and by which weights; antialiased where it shrinks. */
function taps(from, to) {
    const step = from / to, stretch = Math.max(1, step);
    return Array.from({ length: to }, (_, i) => {
        const center = (i + 0.5) * step;
        const first = Math.max(0, Math.ceil(center - 2 * stretch - 0.5)), last = Math.min(from - 1, Math.floor(center + 2 * stretch - 0.5));
        const weights = Float32Array.from({ length: last - first + 1 }, (_, k) => cubic((first + k + 0.5 - center) / stretch));
        const sum = weights.reduce((a, b) => a + b);
        return { first, weights: weights.map(weight => weight / sum) };
    });
}

/** Resizes an opaque ImageData bicubically. */
export function resize(image, width, height) {
    const columns = taps(image.width, width), rows = taps(image.height, height);
    const result = new ImageData(width, height);
    const resized = new Map();
    for (let y = 0; y < height; y++) {
        const { first, weights } = rows[y];
        for (const row of resized.keys())
            if (row < first)
                resized.delete(row);
        const sum = new Float32Array(4 * width);
        for (let k = 0; k < weights.length; k++) {
            if (!resized.has(first + k))
                resized.set(first + k, resizeRow(image, first + k, columns));
            const row = resized.get(first + k), weight = weights[k];
            for (let i = 0; i < sum.length; i++)
                sum[i] += weight * row[i];
        }
        result.data.set(sum, 4 * width * y);
    }
    return result;
}

function resizeRow(image, y, columns) {
    const { data } = image, start = 4 * image.width * y, row = new Float32Array(4 * columns.length);
    for (let x = 0; x < columns.length; x++) {
        const { first, weights } = columns[x];
        let r = 0, g = 0, b = 0;
        for (let k = 0, i = start + 4 * first; k < weights.length; k++, i += 4) {
            r += weights[k] * data[i];
            g += weights[k] * data[i + 1];
            b += weights[k] * data[i + 2];
        }
        row[4 * x] = r, row[4 * x + 1] = g, row[4 * x + 2] = b, row[4 * x + 3] = 255;
    }
    return row;
}

/** The pixels of a bitmap on white, and whether any of it was transparent. */
export function pixelsOf(bitmap) {
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let transparent = false;
    for (let i = 3; i < data.length && !transparent; i += 4)
        transparent = data[i] < 255;
    if (transparent) {
        context.globalCompositeOperation = "destination-over";
        context.fillStyle = "#fff";
        context.fillRect(0, 0, bitmap.width, bitmap.height);
    }
    return { image: context.getImageData(0, 0, bitmap.width, bitmap.height), transparent };
}

/** A canvas with an image on it. */
export function canvasOf(image) {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
}
