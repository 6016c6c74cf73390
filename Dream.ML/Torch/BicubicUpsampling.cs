using Dream.ML.Imaging;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Bicubic upsampling by a whole number as one convolution at the low resolution.</summary>
static class BicubicUpsampling
{
    const int Radius = BicubicKernel.Radius;

    /// <summary>
    /// (B, C, h, w) → (B, C·s², h, w), of which <c>pixel_shuffle(s)</c> is the (B, C, s·h, s·w) upsampling that Pillow's
    /// convention gives, without rounding or clamping. Any value range; type and device are those of the input.
    /// </summary>
    internal static Tensor Unshuffled(Tensor lowResolution, int scale)
    {
        using var scope = NewDisposeScope();
        var (batch, channels) = (lowResolution.shape[0], lowResolution.shape[1]);
        var (height, width) = (lowResolution.shape[2], lowResolution.shape[3]);
        var kernels = tensor(BicubicInterpolation.Kernels(scale), lowResolution.dtype).MoveTo(lowResolution.device).view(scale * scale, 1, BicubicInterpolation.Taps, BicubicInterpolation.Taps);

        // Zero padding cuts the kernel at the border as Pillow does; what is left of its sum renormalizes it.
        var mixed = Convolve(lowResolution.reshape(batch * channels, 1, height, width));
        var sums = Convolve(lowResolution.new_ones(1, 1, height, width));
        return mixed.div_(sums).view(batch, channels * scale * scale, height, width).MoveToOuterDisposeScope();

        Tensor Convolve(Tensor planes) => nn.functional.conv2d(planes, kernels, padding: [Radius, Radius]);
    }
}
