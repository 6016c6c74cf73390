using System.Runtime.InteropServices;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Torch;

[TestClass]
public sealed class MemoryShortageTests
{
    [TestMethod]
    public void A_tensor_larger_than_any_memory_is_a_shortage()
    {
        var e = Assert.ThrowsExactly<ExternalException>(() => empty(1L << 50));
        Assert.IsTrue(MemoryShortage.IsCauseOf(e), e.Message);
    }

    [TestMethod]
    public void What_NET_lacks_is_one_until_it_is_told()
    {
        Assert.IsTrue(MemoryShortage.IsCauseOf(new OutOfMemoryException()));
        Assert.IsFalse(MemoryShortage.IsCauseOf(new InsufficientMemoryException("told")));
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_none()
    {
        using var scope = NewDisposeScope();
        var e = Assert.ThrowsExactly<ExternalException>(() => ones(2) + ones(3));
        Assert.IsFalse(MemoryShortage.IsCauseOf(e), e.Message);
    }
}
