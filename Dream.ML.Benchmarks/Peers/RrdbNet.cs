using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>ESRGAN's generator (Wang et al. 2018, §3.1) at the size of Real-ESRGAN ×4 (Wang et al. 2021): 23 blocks of 64 channels.</summary>
sealed class RrdbNet : nn.Module<Tensor, Tensor>
{
    const int Channels = 64;
    const int Growth = 32;
    const int Blocks = 23;
    const double ResidualScale = 0.2;

    readonly Conv2d _first = Conv(3, Channels);
    readonly Sequential _trunk;
    readonly Conv2d _trunkEnd = Conv(Channels, Channels);
    readonly Sequential _enlarge = nn.Sequential(
        nn.Upsample(scale_factor: [2, 2]), Conv(Channels, Channels), Activation(),
        nn.Upsample(scale_factor: [2, 2]), Conv(Channels, Channels), Activation(),
        Conv(Channels, Channels), Activation(), Conv(Channels, 3));

    internal RrdbNet() : base(nameof(RrdbNet))
    {
        _trunk = nn.Sequential(Enumerable.Range(0, Blocks).Select(_ => new ResidualInResidual()));
        RegisterComponents();
    }

    /// <summary>(B, 3, h, w) → (B, 3, 4h, 4w)</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = _first.forward(input);
        return _enlarge.forward(features + _trunkEnd.forward(_trunk.forward(features))).MoveToOuterDisposeScope();
    }

    static Conv2d Conv(int from, int to) => nn.Conv2d(from, to, 3, padding: 1);

    static LeakyReLU Activation() => nn.LeakyReLU(0.2, inplace: true);

    sealed class ResidualInResidual : nn.Module<Tensor, Tensor>
    {
        readonly Sequential _blocks = nn.Sequential(new DenseBlock(), new DenseBlock(), new DenseBlock());

        internal ResidualInResidual() : base(nameof(ResidualInResidual)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (input + _blocks.forward(input) * ResidualScale).MoveToOuterDisposeScope();
        }
    }

    sealed class DenseBlock : nn.Module<Tensor, Tensor>
    {
        const int Layers = 5;

        readonly ModuleList<Conv2d> _layers = nn.ModuleList(
            [.. Enumerable.Range(0, Layers).Select(i => Conv(Channels + i * Growth, i < Layers - 1 ? Growth : Channels))]);
        readonly LeakyReLU _activation = Activation();

        internal DenseBlock() : base(nameof(DenseBlock)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = input;
            foreach (var layer in _layers.SkipLast(1))
                features = cat([features, _activation.forward(layer.forward(features))], 1);
            return (input + _layers[^1].forward(features) * ResidualScale).MoveToOuterDisposeScope();
        }
    }
}
