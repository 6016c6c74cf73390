namespace Dream.ML;

/// <summary>What Dream.ML computes with, as <see cref="DreamRuntime.Describe"/> found it.</summary>
/// <param name="Device">The device that training and upscaling use when none is asked for, such as <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="Threads">Threads that one CPU operation may use.</param>
/// <param name="LibTorchVersion">Version of libtorch.</param>
/// <param name="TorchSharpVersion">Version of TorchSharp.</param>
/// <param name="Platform">The .NET runtime identifier, such as <c>linux-x64</c>.</param>
/// <param name="Loading">What was done to load libtorch.</param>
public sealed record DreamRuntimeDescription(
    string Device, int Threads, string LibTorchVersion, string TorchSharpVersion, string Platform, string Loading)
{
    /// <summary>All of it, one fact a line.</summary>
    public override string ToString() =>
        $"""
        device      {Device}
        threads     {Threads}
        libtorch    {LibTorchVersion}
        TorchSharp  {TorchSharpVersion}
        platform    {Platform}
        loading     {Loading}
        """;
}
