namespace Dream.ML.Metrics;

/// <summary>A part of a backbone: pooling, where there is any, then convolutions with ReLU; its output is compared.</summary>
/// <param name="Convolutions">Indices of the convolutions in torchvision's <c>features</c>.</param>
/// <param name="Channels">Output channels of each of them.</param>
/// <param name="Pool">Side of the maximum pooling, of stride 2, before them; 0 for none.</param>
/// <param name="Kernel">Side of the kernels.</param>
/// <param name="Stride">Stride of the convolutions.</param>
/// <param name="Padding">Zeros at each border.</param>
sealed record LpipsStage(
    int[] Convolutions, int Channels, int Pool = 0, int Kernel = 3, int Stride = 1, int Padding = 1)
{
    /// <summary>Krizhevsky (2014), as torchvision builds it.</summary>
    internal static readonly LpipsStage[] AlexNet =
    [
        new([0], 64, Kernel: 11, Stride: 4, Padding: 2),
        new([3], 192, Pool: 3, Kernel: 5, Padding: 2),
        new([6], 384, Pool: 3),
        new([8], 256),
        new([10], 256),
    ];

    /// <summary>Simonyan and Zisserman (2015), configuration D, as torchvision builds it.</summary>
    internal static readonly LpipsStage[] Vgg16 =
    [
        new([0, 2], 64),
        new([5, 7], 128, Pool: 2),
        new([10, 12, 14], 256, Pool: 2),
        new([17, 19, 21], 512, Pool: 2),
        new([24, 26, 28], 512, Pool: 2),
    ];
}
