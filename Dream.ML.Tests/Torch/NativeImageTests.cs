using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Dream.ML.Torch;

namespace Dream.ML.Tests.Torch;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class NativeImageTests
{
    const string Library = "libtorch_global_deps.so";

    static byte[] Image => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", Library));

    [TestMethod]
    public void It_needs_no_folder() => NativeLibrary.Free(NativeImage.Load(Image, Library, []));

    [TestMethod]
    public void A_folder_keeps_nothing()
    {
        using var folder = new TemporaryFolder();
        NativeLibrary.Free(NativeImage.LoadFrom($"{folder}", Image, Library));
        Assert.ThrowsExactly<DllNotFoundException>(() => NativeImage.LoadFrom($"{folder}", [1, 2, 3], Library));
        Assert.IsEmpty(Directory.GetFileSystemEntries($"{folder}"));
    }

    [TestMethod]
    public void What_cannot_be_loaded_is_told_with_every_cause()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.ThrowsExactly<DllNotFoundException>(
            () => NativeImage.Load([1, 2, 3], Library, [folder["missing"], $"{folder}"]));
        StringAssert.Contains(e.Message, "memory (/proc/self/fd/");
        StringAssert.Contains(e.Message, $"'{folder}' (");
        StringAssert.Contains(e.Message, "file too short");
        Assert.DoesNotContain(folder["missing"], e.Message);
    }
}
