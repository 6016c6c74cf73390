using Dream.ML.Tests.Networks;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Diffusion;

/// <summary>Training pairs, losses, gradients and samples of the paper authors' implementation.</summary>
[TestClass]
public sealed class AuthorsTests
{
    [TestMethod]
    [DataRow(3, "inf")]
    [DataRow(3, "0")]
    [DataRow(3, "1")]
    [DataRow(3, "2")]
    [DataRow(25, "inf")]
    [DataRow(25, "0")]
    [DataRow(25, "1")]
    [DataRow(25, "2")]
    [DataRow(49, "inf")]
    [DataRow(49, "0")]
    [DataRow(49, "1")]
    [DataRow(49, "2")]
    public void A_training_step_is_that_of_the_authors(int timestep, string power)
    {
        using var scope = NewDisposeScope();
        var numbers = Fixture.Load("dream-losses.safetensors").Tensors;
        using var network = Sr3UNetTests.AuthorsNetwork();
        var (condition, level) = (numbers["sr"].ToTensor(), numbers[$"t{timestep}.noise_level"].ToTensor());
        var rectifier = new DreamRectifier(power == "inf" ? double.PositiveInfinity : int.Parse(power));
        Tensor Predict(Tensor y, Tensor g) => network.forward(cat([condition, y], 1), g);

        var (input, target) = rectifier.Rectify(network, Predict, numbers["hr"].ToTensor(), numbers["noise"].ToTensor(), level);
        var loss = (Predict(input, level) - target).abs().mean();
        loss.backward();

        TensorAssert.AreClose(Expected("x_noisy"), input, 1e-4);
        TensorAssert.AreClose(Expected("target"), target, 1e-4);
        TensorAssert.AreClose(Expected("loss"), loss.reshape(1), 1e-5);
        var parameters = network.named_parameters().ToDictionary();
        foreach (var name in new[] { "downs.0.weight", "final_conv.block.3.weight" })
        {
            var gradient = Expected($"grad.{name}");
            TensorAssert.AreClose(gradient, parameters[name].grad!, 1e-3 * gradient.abs().max().item<float>(), name);
        }

        Tensor Expected(string name) => numbers[$"t{timestep}.p_{power}.{name}"].ToTensor();
    }

    [TestMethod]
    public void Ancestral_sampling_passes_through_the_images_of_the_authors()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var numbers = Fixture.Load("sr3-sampler.safetensors").Tensors;
        using var network = Sr3UNetTests.AuthorsNetwork();
        network.eval();
        var (condition, noises) = (numbers["sr"].ToTensor(), numbers["noises"].ToTensor());
        var (trajectory, starts) = (numbers["trajectory"].ToTensor(), numbers["x_start"].ToTensor());
        var step = 0;

        double[] levels = [.. Fixture.Doubles("sr3-sampler.safetensors", "sqrt_alphas_cumprod_prev").Skip(1).Reverse()];
        var result = noises[0];
        for (var i = 0; i < levels.Length; i++)
        {
            var clean = Denoise(result, levels[i]);
            var weights = i + 1 < levels.Length ? new Ancestral().Step(ForwardProcess.VariancePreserving, levels, i) : new() { Estimate = 1 };
            result = result * weights.Signal + clean * weights.Estimate + noises[Math.Min(i + 1, (int)noises.shape[0] - 1)] * weights.Noise;
        }

        TensorAssert.AreClose(trajectory[19], result, 1e-3);
        Assert.AreEqual(20, step);

        Tensor Denoise(Tensor y, double level)
        {
            TensorAssert.AreClose(step == 0 ? noises[0] : trajectory[step - 1], y, 1e-3, $"image before step {step}");
            var g = full(2, level);
            var clean = ForwardProcess.VariancePreserving.ToClean(Parameterization.Epsilon, network.forward(cat([condition, y], 1), g), y, g).clamp(-1, 1);
            TensorAssert.AreClose(starts[step], clean, 1e-3, $"x_start of step {step}");
            step++;
            return clean;
        }
    }
}
