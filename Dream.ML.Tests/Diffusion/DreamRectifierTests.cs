using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Diffusion;

[TestClass]
public sealed class DreamRectifierTests
{
    readonly DisposeScope _scope = NewDisposeScope();
    readonly Sequential _network;
    readonly Tensor _clean, _noise, _level, _condition;
    int _calls;

    public DreamRectifierTests()
    {
        using var generator = new Generator(1);
        _network = nn.Sequential(nn.Conv2d(3, 4, 3, padding: 1), nn.SiLU(), nn.Dropout(0.5), nn.Conv2d(4, 3, 3, padding: 1));
        using (no_grad())
            foreach (var parameter in _network.parameters())
                parameter.copy_(randn(parameter.shape, generator: generator) * 0.3);
        (_clean, _noise, _condition) = (Random(), Random(), Random());
        _level = tensor([0.05f, 0.4f, 0.8f, 0.999f]);

        Tensor Random() => randn([4, 3, 5, 6], generator: generator);
    }

    [TestCleanup]
    public void Free()
    {
        _network.Dispose();
        _scope.Dispose();
    }

    [TestMethod]
    [DataRow(Parameterization.Epsilon)]
    [DataRow(Parameterization.Velocity)]
    [DataRow(Parameterization.Sample)]
    public void The_shifted_pair_still_asks_for_the_truth(Parameterization parameterization)
    {
        foreach (var power in new[] { 0, 0.5, 1, 2 })
        {
            var (input, target) = Rectify(power, parameterization);
            TensorAssert.AreClose(_clean, ForwardProcess.VariancePreserving.ToClean(parameterization, target, input, _level), 1e-4, $"p = {power}");
        }
    }

    [TestMethod]
    [DataRow(Parameterization.Epsilon)]
    [DataRow(Parameterization.Sample)]
    public void The_target_of_ResShift_points_to_the_truth_too(Parameterization parameterization)
    {
        var process = ForwardProcess.ResidualShifting();
        var (input, target) = new DreamRectifier(1, parameterization, process).Rectify(_network, Predict, _clean, _noise, _level);
        TensorAssert.AreClose(_clean, process.ToClean(parameterization, target, input, _level), 1e-3);
        for (var i = 0; i < 4; i++)
        {
            var (a, s) = process.Coefficients(_level[i].item<float>());
            TensorAssert.AreClose(a * _clean[i] + s * _noise[i], process.AddNoise(_clean, _noise, _level)[i], 1e-5);
        }
    }

    [TestMethod]
    [DataRow(Parameterization.Epsilon)]
    [DataRow(Parameterization.Velocity)]
    [DataRow(Parameterization.Sample)]
    public void The_input_is_the_blend_of_truth_and_estimate_with_the_same_noise(Parameterization parameterization)
    {
        foreach (var power in new[] { 0, 0.5, 1, 2 })
        {
            var (g, s) = Coefficients();
            var standard = g * _clean + s * _noise;
            _network.eval();
            var estimate = ForwardProcess.VariancePreserving.ToClean(parameterization, Predict(standard, _level), standard, _level);
            var expected = g * (_clean + s.pow(power) * (estimate - _clean)) + s * _noise;

            TensorAssert.AreClose(expected, Rectify(power, parameterization).Input, 1e-5, $"p = {power}");
        }
    }

    [TestMethod]
    [DataRow(Parameterization.Epsilon)]
    [DataRow(Parameterization.Velocity)]
    [DataRow(Parameterization.Sample)]
    public void An_infinite_power_is_the_standard_loss_with_a_single_pass(Parameterization parameterization)
    {
        var (g, s) = Coefficients();
        _network.eval();

        var (input, target) = Rectify(double.PositiveInfinity, parameterization);
        var loss = (Predict(input, _level) - target).abs().mean();

        Assert.AreEqual(1, _calls);
        TensorAssert.AreClose(g * _clean + s * _noise, input);
        TensorAssert.AreClose(ForwardProcess.VariancePreserving.ToTarget(parameterization, _clean, _noise, _level), target);
        TensorAssert.AreClose((Predict(g * _clean + s * _noise, _level) - ForwardProcess.VariancePreserving.ToTarget(parameterization, _clean, _noise, _level)).abs().mean(), loss);
    }

    [TestMethod]
    [DataRow(Parameterization.Epsilon)]
    [DataRow(Parameterization.Velocity)]
    [DataRow(Parameterization.Sample)]
    public void A_perfect_network_is_left_alone(Parameterization parameterization)
    {
        var standard = Rectify(double.PositiveInfinity, parameterization);

        var (input, target) = new DreamRectifier(1, parameterization)
            .Rectify(_network, (_, _) => ForwardProcess.VariancePreserving.ToTarget(parameterization, _clean, _noise, _level), _clean, _noise, _level);

        TensorAssert.AreClose(standard.Input, input);
        TensorAssert.AreClose(standard.Target, target);
    }

    [TestMethod]
    public void What_is_handed_in_stays_as_it_is()
    {
        Tensor[] given = [_clean, _noise, _level, _condition];
        Tensor[] copies = [.. given.Select(tensor => tensor.clone())];
        foreach (var parameterization in Enum.GetValues<Parameterization>())
            foreach (var power in new[] { 1, double.PositiveInfinity })
            {
                var (input, target) = Rectify(power, parameterization);
                input.Dispose();
                target.Dispose();
            }
        for (var i = 0; i < given.Length; i++)
            TensorAssert.AreClose(copies[i], given[i]);
    }

    [TestMethod]
    [DataRow(Parameterization.Epsilon)]
    [DataRow(Parameterization.Velocity)]
    [DataRow(Parameterization.Sample)]
    public void Gradients_flow_through_the_second_pass_alone(Parameterization parameterization)
    {
        var (input, target) = Rectify(1, parameterization);
        Assert.IsFalse(input.requires_grad || target.requires_grad);
        _network.eval();

        var actual = Gradients(input, target);
        var expected = Gradients(tensor(input.data<float>().ToArray(), input.shape), tensor(target.data<float>().ToArray(), target.shape));

        for (var i = 0; i < expected.Length; i++)
            TensorAssert.AreClose(expected[i], actual[i]);
    }

    [TestMethod]
    public void A_network_whose_parameters_made_the_truth_gives_constants_too()
    {
        using var weight = nn.Parameter(ones(1));
        foreach (var parameterization in Enum.GetValues<Parameterization>())
            foreach (var power in new[] { 1, double.PositiveInfinity })
            {
                var (input, target) = new DreamRectifier(power, parameterization).Rectify(_network, Predict, _clean * weight, _noise * weight, _level);
                Assert.IsFalse(input.requires_grad || target.requires_grad, $"{parameterization}, p = {power}");
            }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Every_module_returns_to_its_own_mode(bool fails)
    {
        using var inner = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Dropout());
        using var network = nn.Sequential(("first", nn.Dropout()), ("inner", inner), ("last", nn.Conv2d(3, 3, 1)));
        nn.Module[] modules = [network, .. network.modules(), .. inner.modules()];
        network.train();
        inner.eval();
        inner.children().Last().train();
        network.children().Last().eval();
        var before = modules.Select(module => module.training).ToArray();
        bool[] during = [];
        RectifiedPair Rectify() => new DreamRectifier().Rectify(network, (y, _) =>
        {
            during = [.. modules.Select(module => module.training)];
            return fails ? throw new TimeoutException() : network.forward(y);
        }, _clean, _noise, _level);

        if (fails)
            Assert.ThrowsExactly<TimeoutException>(() => Rectify());
        else
            Rectify();

        Assert.IsTrue(before.Distinct().Count() == 2 && during.Length > 0 && !during.Contains(true));
        CollectionAssert.AreEqual(before, modules.Select(module => module.training).ToArray());
    }

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.NegativeInfinity)]
    public void A_power_below_zero_is_refused_in_words(double power)
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DreamRectifier(power));
        StringAssert.Contains(e.Message, "[0, ∞]");
    }

    [TestMethod]
    public void Only_the_pair_is_left()
    {
        foreach (var parameterization in Enum.GetValues<Parameterization>())
        {
            Rectify(1, parameterization);
            var before = Tensor.TotalCount;
            Rectify(1, parameterization);
            Assert.AreEqual(before + 2, Tensor.TotalCount);
        }
    }

    Tensor Predict(Tensor y, Tensor g)
    {
        _calls++;
        return _network.forward(y + _condition);
    }

    RectifiedPair Rectify(double power, Parameterization parameterization) =>
        new DreamRectifier(power, parameterization).Rectify(_network, Predict, _clean, _noise, _level);

    (Tensor G, Tensor S) Coefficients()
    {
        var g = _level.reshape(4, 1, 1, 1);
        return (g, (1 - g * g).sqrt());
    }

    Tensor[] Gradients(Tensor input, Tensor target)
    {
        _network.zero_grad();
        (Predict(input, _level) - target).square().mean().backward();
        return [.. _network.parameters().Select(parameter => parameter.grad!.clone())];
    }
}
