using static TorchSharp.torch;

namespace Dream.ML.Tests;

static class TensorAssert
{
    /// <summary>Asserts one shape and no element farther apart than the tolerance; 0 asks for the same numbers.</summary>
    internal static void AreClose(Tensor expected, Tensor actual, double tolerance = 0, string message = "")
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape, message);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Assert.IsLessThanOrEqualTo(tolerance, (expected - actual).abs().max().to(ScalarType.Float64).item<double>(), message);
    }

    /// <summary>Asserts that work, done once to warm up, leaves no tensor behind however often it is repeated.</summary>
    internal static void LeavesNone(int times, Action work)
    {
        work();
        var before = Tensor.TotalCount;
        for (var i = 0; i < times; i++)
            work();
        Assert.IsLessThanOrEqualTo(before, Tensor.TotalCount);
    }
}
