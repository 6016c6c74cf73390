using Dream.ML.IO;
using Dream.ML.Torch;
using TorchSharp;

namespace Dream.ML.Tests.IO;

[TestClass]
public sealed class ModuleWeightsTests
{
    [TestMethod]
    public void Weights_move_from_one_module_to_another()
    {
        using var one = torch.nn.Linear(3, 2);
        using var two = torch.nn.Linear(3, 2);

        ModuleWeights.Restore(two, new(ModuleWeights.Collect(one)));

        Assert.IsTrue(one.weight.Equals(two.weight));
        Assert.IsTrue(two.weight.requires_grad);
    }

    [TestMethod]
    public void Weights_of_half_precision_are_read_into_single_precision()
    {
        using var one = torch.nn.Linear(3, 2);
        using var two = torch.nn.Linear(3, 2);
        var half = ModuleWeights.Collect(one).Select(tensor => tensor.ToHalf()).ToList();

        ModuleWeights.Restore(two, new(half));

        Assert.AreEqual((SafetensorsType.F16, 12), (half[0].Type, half[0].Data.Length));
        Assert.AreEqual(torch.float32, two.weight.dtype);
        using var expected = one.weight.detach().to(torch.float16).to(torch.float32);
        Assert.IsTrue(expected.Equals(two.weight));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.NegativeInfinity)]
    public void Weights_that_are_not_finite_are_named_and_change_nothing(float value)
    {
        using var scope = torch.NewDisposeScope();
        using var module = torch.nn.Linear(3, 2);
        var before = module.weight.detach().clone();
        foreach (var bias in new[] { torch.tensor(new[] { 0, value }), torch.tensor(new[] { 0, 1e300 }) })
        {
            var file = new SafetensorsFile(
                [SafetensorsTensor.FromTensor("weight", torch.zeros(2, 3)), SafetensorsTensor.FromTensor("bias", bias)]);
            var e = Assert.ThrowsExactly<InvalidDataException>(() => ModuleWeights.Restore(module, file));
            StringAssert.Contains(e.Message, "'bias' are not all finite");
            Assert.IsTrue(before.Equals(module.weight));
        }
    }

    [TestMethod]
    public void Weights_that_do_not_fit_are_named_and_change_nothing()
    {
        using var module = torch.nn.Linear(3, 2);
        using var before = module.weight.detach().clone();
        var file = new SafetensorsFile(
        [
            new("weight", SafetensorsType.U8, [1, 2], [1, 2]),
            .. Enumerable.Range(0, 5).Select(i => new SafetensorsTensor($"extra{i}", SafetensorsType.U8, [0], [])),
        ]);

        var e = Assert.ThrowsExactly<InvalidDataException>(() => ModuleWeights.Restore(module, file));

        StringAssert.Contains(e.Message, "'bias' is missing");
        StringAssert.Contains(e.Message, "'extra3' has no place");
        StringAssert.Contains(e.Message, "and 2 more");
        Assert.IsTrue(before.Equals(module.weight));
    }

    [TestMethod]
    public void A_wrong_shape_is_named()
    {
        using var module = torch.nn.Linear(3, 2, hasBias: false);

        var e = Assert.ThrowsExactly<InvalidDataException>(() => ModuleWeights.Restore(module, new([new("weight", SafetensorsType.U8, [1, 2], [1, 2])])));

        StringAssert.Contains(e.Message, "'weight' is [1, 2], not [2, 3]");
    }
}
