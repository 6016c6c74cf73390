using Dream.ML.Networks.Sr3;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class UpsampleTests
{
    [TestMethod]
    public void It_repeats_pixels_and_convolves_them()
    {
        using var scope = NewDisposeScope();
        using var upsample = new Upsample(5);
        var weights = upsample.state_dict();
        var (weight, bias) = (weights["conv.weight"], weights["conv.bias"]);
        var (x, direction) = (randn([2, 5, 4, 3], requires_grad: true), randn(2, 5, 8, 6));

        var (expected, actual) = (nn.functional.conv2d(nn.functional.interpolate(x, scale_factor: [2, 2]), weight, bias, padding: [1, 1]), upsample.forward(x));
        TensorAssert.AreClose(expected, actual, 1e-5);
        foreach (var (of, slope) in autograd.grad([expected], [x, weight, bias], [direction])
            .Zip(autograd.grad([actual], [x, weight, bias], [direction])))
            TensorAssert.AreClose(of, slope, 1e-4);
    }
}
