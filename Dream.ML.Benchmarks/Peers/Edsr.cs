using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>EDSR-baseline ×4 (Lim et al. 2017, §3): 16 residual blocks of 64 channels, without its fixed shift of the mean color.</summary>
sealed class Edsr : nn.Module<Tensor, Tensor>
{
    const int Channels = 64;
    const int Blocks = 16;

    readonly Conv2d _head = Conv(3, Channels);
    readonly Sequential _body;
    readonly Conv2d _bodyEnd = Conv(Channels, Channels);
    readonly Sequential _tail = nn.Sequential(
        Conv(Channels, 4 * Channels), nn.PixelShuffle(2),
        Conv(Channels, 4 * Channels), nn.PixelShuffle(2),
        Conv(Channels, 3));

    internal Edsr() : base(nameof(Edsr))
    {
        _body = nn.Sequential(Enumerable.Range(0, Blocks).Select(_ => new ResidualBlock()));
        RegisterComponents();
    }

    /// <summary>(B, 3, h, w) → (B, 3, 4h, 4w)</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = _head.forward(input);
        return _tail.forward(features + _bodyEnd.forward(_body.forward(features))).MoveToOuterDisposeScope();
    }

    static Conv2d Conv(int from, int to) => nn.Conv2d(from, to, 3, padding: 1);

    sealed class ResidualBlock : nn.Module<Tensor, Tensor>
    {
        readonly Sequential _layers = nn.Sequential(
            Conv(Channels, Channels), nn.ReLU(inplace: true), Conv(Channels, Channels));

        internal ResidualBlock() : base(nameof(ResidualBlock)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (input + _layers.forward(input)).MoveToOuterDisposeScope();
        }
    }
}
