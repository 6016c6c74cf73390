namespace Dream.ML;

/// <summary>What Dream.ML computes with, as <see cref="DreamRuntime.Describe"/> found it.</summary>
public sealed record DreamRuntimeDescription
{
    /// <summary>The device that is used when none is asked for, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads that one operation on a CPU may use: upscaling's, and training's.</summary>
    public required (int Upscaling, int Training) Threads { get; init; }

    /// <summary>Version of ONNX Runtime, which upscales.</summary>
    public required string OnnxRuntimeVersion { get; init; }

    /// <summary>Version of libtorch, which trains; <c>null</c> where there is none.</summary>
    public required string? LibTorchVersion { get; init; }

    /// <summary>Version of TorchSharp.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>The .NET runtime identifier, such as <c>linux-x64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>What was done to load libtorch, or why it was not.</summary>
    public required string Loading { get; init; }

    /// <summary>All of it, one fact a line.</summary>
    public override string ToString() =>
        $"""
        device        {Device}
        threads       {Threads.Upscaling} upscaling, {Threads.Training} training
        ONNX Runtime  {OnnxRuntimeVersion}
        libtorch      {LibTorchVersion ?? "none"}
        TorchSharp    {TorchSharpVersion}
        platform      {Platform}
        loading       {Loading}
        """;
}
