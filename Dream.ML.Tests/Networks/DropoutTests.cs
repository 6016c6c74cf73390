using Dream.ML.Core;
using Dream.ML.Networks.Sr3;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class DropoutTests
{
    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.5)]
    public void Dropout_clears_its_share_and_keeps_the_mean(double probability)
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(probability);
        var values = Draw(dropout, ones(7, 31, 61, 3), seed: 1);

        // Six standard deviations of the share of 39,711 independent values.
        Assert.AreEqual(probability, values.Count(value => value == 0) / (double)values.Length, 6 * Math.Sqrt(0.25 / values.Length));
        foreach (var kept in values.Where(value => value != 0))
            Assert.AreEqual(1 / (1 - probability), kept, 1e-6);
        // None of the four that share a draw follows another.
        for (var apart = 1; apart < 4; apart++)
            Assert.AreEqual(
                (1 - probability) * (1 - probability),
                values.Zip(values.Skip(apart)).Count(pair => pair is { First: not 0, Second: not 0 }) / (double)values.Length, 0.02);
    }

    [TestMethod]
    public void The_seed_decides_what_is_dropped()
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(0.2);
        var x = ones(500);
        CollectionAssert.AreEqual(Draw(dropout, x, seed: 1), Draw(dropout, x, seed: 1));
        CollectionAssert.AreNotEqual(Draw(dropout, x, seed: 1), Draw(dropout, x, seed: 2));
    }

    [TestMethod]
    public void Nothing_is_dropped_in_evaluation_or_without_probability()
    {
        using var scope = NewDisposeScope();
        var x = ones(500);
        using (var dropout = new Dropout(0.2))
        {
            dropout.eval();
            Assert.IsTrue(Draw(dropout, x, seed: 1).All(value => value == 1));
        }
        using (var never = new Dropout(0))
            Assert.IsTrue(Draw(never, x, seed: 1).All(value => value == 1));
    }

    static float[] Draw(Dropout dropout, Tensor x, int seed)
    {
        StepRandom.Begin((ulong)seed);
        return dropout.forward(x).data<float>().ToArray();
    }
}
