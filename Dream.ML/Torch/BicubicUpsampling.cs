using Dream.ML.Imaging;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Bicubic upsampling by a whole number as one convolution at the low resolution.</summary>
static class BicubicUpsampling
{
    internal const int Reach = BicubicKernel.Radius;
    internal const int Side = 2 * Reach + 1;

    /// <summary>
    /// (B, C, h, w) → (B, C·s², h, w), of which <c>pixel_shuffle(s)</c> is the (B, C, s·h, s·w) upsampling that Pillow's
    /// convention gives, without rounding or clamping. Any value range; type and device are those of the input.
    /// </summary>
    internal static Tensor Unshuffled(Tensor lowResolution, int scale)
    {
        using var scope = NewDisposeScope();
        var (batch, channels) = (lowResolution.shape[0], lowResolution.shape[1]);
        var (height, width) = (lowResolution.shape[2], lowResolution.shape[3]);
        var kernels = tensor(Kernels(scale), lowResolution.dtype).MoveTo(lowResolution.device).view(scale * scale, 1, Side, Side);

        // Zero padding cuts the kernel at the border as Pillow does; what is left of its sum renormalizes it.
        var mixed = Convolve(lowResolution.reshape(batch * channels, 1, height, width));
        var sums = Convolve(lowResolution.new_ones(1, 1, height, width));
        return mixed.div_(sums).view(batch, channels * scale * scale, height, width).MoveToOuterDisposeScope();

        Tensor Convolve(Tensor planes) => nn.functional.conv2d(planes, kernels, padding: [Reach, Reach]);
    }

    /// <summary>(B, C, h, w) → (B, C, s·h, s·w), as <see cref="Unshuffled"/>.</summary>
    internal static Tensor Upsample(Tensor lowResolution, int scale)
    {
        using var folded = Unshuffled(lowResolution, scale);
        return nn.functional.pixel_shuffle(folded, scale);
    }

    /// <summary>(s, s, 5, 5): how each pixel of an s × s block is mixed from the low-resolution neighborhood.</summary>
    internal static float[] Kernels(int scale)
    {
        var axis = new double[scale, Side];
        for (int phase = 0; phase < scale; phase++)
            for (int k = 0; k < Side; k++)
                axis[phase, k] = BicubicKernel.At(k - Reach + 0.5 - (phase + 0.5) / scale);

        var kernels = new float[scale * scale * Side * Side];
        int i = 0;
        for (int row = 0; row < scale; row++)
            for (int column = 0; column < scale; column++)
                for (int y = 0; y < Side; y++)
                    for (int x = 0; x < Side; x++)
                        kernels[i++] = (float)(axis[row, y] * axis[column, x]);
        return kernels;
    }
}
