using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Torch;

[TestClass]
public sealed class DreamRuntimeTests
{
    [TestMethod]
    [DataRow("gpu")]
    [DataRow("cuda:-1")]
    [DataRow("cuda:one")]
    public void What_is_no_name_of_a_device_is_refused(string device) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DreamRuntime.Describe(device)).Message, $"'{device}' is no device");

    [TestMethod]
    public void A_GPU_that_is_not_there_is_an_error_in_words()
    {
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => DreamRuntime.SelectDevice("cuda:999"));
        StringAssert.Contains(e.Message, "'cuda:999'");
        StringAssert.Contains(e.Message, cuda.is_available() ? $"there are {cuda.device_count()} CUDA GPUs" : "sees no CUDA GPU");
    }

    [TestMethod]
    public void Without_a_name_the_first_GPU_is_used_or_the_CPU() =>
        Assert.AreEqual(cuda.is_available() ? "cuda:0" : "cpu", DreamRuntime.Describe().Device);

    [TestMethod]
    public void A_folder_without_libtorch_is_named()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.ThrowsExactly<DllNotFoundException>(() => LibTorchLoader.RequireUsable($"{folder}"));
        StringAssert.Contains(e.Message, $"DREAM_LIBTORCH names '{folder}', where there is no libtorch_cpu.so");
    }

    [TestMethod]
    [DataRow("Unable to load.\n/app/libtorch_cpu.so: failed to map segment from shared object\n",
        "/app/libtorch_cpu.so: failed to map segment from shared object. Either the memory that this process may use is too small, or nothing may be executed")]
    [DataRow("Unable to load.\nlibgomp.so.1: cannot open shared object file\n", "libgomp.so.1: cannot open shared object file")]
    public void A_libtorch_that_does_not_load_is_told_with_the_cause(string message, string told) =>
        StringAssert.StartsWith(LibTorchLoader.Explain(new DllNotFoundException(message)), $"Dream.ML found libtorch, but could not load it: {told}");

    [TestMethod]
    public void A_second_libtorch_is_refused()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The variable serves Linux only.");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["libtorch_cpu.so"], []);
        var e = Assert.ThrowsExactly<DllNotFoundException>(() => LibTorchLoader.RequireUsable($"{folder}"));
        StringAssert.Contains(e.Message, "brings a libtorch of its own");
    }
}
