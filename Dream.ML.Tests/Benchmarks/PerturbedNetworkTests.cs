using Dream.ML.Benchmarks.Claims;
using Dream.ML.Core;
using Dream.ML.Tests.Training;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Benchmarks;

[TestClass]
public sealed class PerturbedNetworkTests
{
    [TestMethod]
    public void What_is_learned_from_has_a_hundredth_more_variance_of_noise_and_what_is_sampled_has_not()
    {
        using var scope = NewDisposeScope();
        using var network = new PerturbedNetwork(new StubNetwork()); // answers half of what it sees
        var (noisy, level) = (zeros(2, 3, 64, 64), tensor(new[] { 0.6f, 1 })); // s = 0.8 and 0

        network.train();
        var (first, again, next) = (Seen(key: 1), Seen(key: 1), Seen(key: 2));

        Assert.AreEqual(0.1 * 0.8, first[0].std().item<float>(), 0.003);
        TensorAssert.AreClose(zeros_like(first[1]), first[1]);
        TensorAssert.AreClose(first, again);
        Assert.AreNotEqual(first[0].mean().item<float>(), next[0].mean().item<float>());

        network.eval();
        TensorAssert.AreClose(noisy, Seen(key: 1));

        Tensor Seen(ulong key)
        {
            StepRandom.Begin(key);
            return 2 * network.Predict(noisy, level, new(noisy));
        }
    }
}
