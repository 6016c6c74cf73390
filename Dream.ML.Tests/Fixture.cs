using Dream.ML.Serialization;

namespace Dream.ML.Tests;

/// <summary>Reference numbers of the paper authors' implementation, see Fixtures/README.md.</summary>
static class Fixture
{
    internal static SafetensorsFile Load(string fileName)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", fileName));
        return Safetensors.Read(stream);
    }
}
