using System.Runtime.InteropServices;
using Dream.ML.Core;
using Dream.ML.Onnx;
using Dream.ML.Torch;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace Dream.ML;

/// <summary>The native runtimes that Dream.ML computes with: ONNX Runtime upscales, libtorch trains, and upscales on GPUs.</summary>
public static class DreamRuntime
{
    internal const string Cure =
        "Training needs libtorch, and Dream.ML found none that it can use. Add the one package that fits the application's machine, then rebuild:\n" +
        "  CPU:  libtorch-cpu-linux-x64 2.10.0 (Linux), or TorchSharp-cpu 0.107.0 (Windows, macOS)\n" +
        "  CUDA: TorchSharp-cuda-windows 0.107.0, or TorchSharp-cuda-linux 0.107.0\n" +
        "Upscaling with a CPU needs none: Dream.ML itself brings none, so that applications that only upscale stay small.";

    static volatile bool _isLoaded;
    static int _tensorFloatIsAllowed;

    /// <summary>Threads that upscaling uses, at least 1; models loaded before keep theirs. Training uses libtorch's own number.</summary>
    /// <value>The number of processors.</value>
    public static int Threads
    {
        get => AllCores.Count;
        set => AllCores.Count = Guard.InRange(value, 1, int.MaxValue);
    }

    /// <summary>
    /// Changes the options of the sessions that upscale, of models that are loaded afterwards: execution providers, say, of the
    /// onnxruntime package that the application references in place of the one for CPUs.
    /// </summary>
    public static Action<SessionOptions>? ConfigureSession
    {
        get => OnnxSessions.Configure;
        set => OnnxSessions.Configure = value;
    }

    /// <summary>Describes the runtimes in use: device, threads, versions, how libtorch was loaded or why there is none.</summary>
    /// <param name="device">As <c>Options.Device</c>: <c>null</c> (a GPU when there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="DllNotFoundException">No onnxruntime package is referenced, or a GPU is asked for and no libtorch package.</exception>
    /// <exception cref="ArgumentException">It is no name of a device.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU.</exception>
    public static DreamRuntimeDescription Describe(string? device = null)
    {
        var selected = "cpu";
        DllNotFoundException? missing = null;
        try
        {
            selected = SelectDevice(device).ToString();
        }
        catch (DllNotFoundException e) when (device is null || IsCpu(device))
        {
            missing = e;
        }
        return new()
        {
            Device = selected,
            Threads = (Threads, missing is null ? torch.get_num_threads() : 0),
            OnnxRuntimeVersion = OnnxSessions.Version,
            LibTorchVersion = missing is null ? torch.__version__ : null,
            TorchSharpVersion = typeof(torch).Assembly.GetName().Version!.ToString(3),
            Platform = RuntimeInformation.RuntimeIdentifier,
            Loading = missing?.Message ?? LibTorchLoader.Outcome,
        };
    }

    /// <summary>Loads libtorch, or says in one message why it cannot be loaded or what to add.</summary>
    internal static void EnsureLoaded()
    {
        if (_isLoaded)
            return;
        LibTorchLoader.RequireUsable(LibTorchLoader.NamedFolder);
        // The same as TorchSharp does first. Where it fails, TorchSharp would print a page to the console and copy libtorch from
        // NuGet's cache, if one lies there, into the application's folder.
        NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _);
        if (!NativeLibrary.TryLoad(LibTorchLoader.Shim, typeof(torch).Assembly, null, out _))
            throw LibTorchLoader.Failure is { } failure
                ? new DllNotFoundException(LibTorchLoader.Explain(failure), failure)
                : new DllNotFoundException(Cure);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            _isLoaded = true;
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new DllNotFoundException(Cure, e);
        }
    }

    /// <summary>The device of that name, checked to be there. <c>null</c> means the first GPU when there is one, else the CPU.</summary>
    internal static torch.Device SelectDevice(string? device)
    {
        EnsureLoaded();
        device ??= torch.cuda.is_available() ? "cuda" : "cpu";
        if (IsCpu(device))
            return torch.CPU;

        var index = CudaIndex(device);
        if (index < 0)
            throw new ArgumentException($"'{device}' is no device: use cpu, cuda (the first GPU) or cuda:N.", nameof(device));
        if (!torch.cuda.is_available())
            throw new InvalidOperationException(
                $"Device '{device}' was asked for, but libtorch sees no CUDA GPU. Reference TorchSharp-cuda-windows or TorchSharp-cuda-linux and install the NVIDIA driver, or leave the device unset.");
        if (index >= torch.cuda.device_count())
            throw new InvalidOperationException($"Device '{device}' was asked for, but there are {torch.cuda.device_count()} CUDA GPUs (cuda:0 is the first).");
        AllowTensorFloat();
        return torch.device(DeviceType.CUDA, index);
    }

    /// <summary>Whether a device is libtorch's: a GPU that is named or, where none is, one that the application brings libraries for.</summary>
    internal static bool UsesLibTorch(string? device) => device is null
        ? LibTorchLoader.BringsCuda && SelectDevice(null).type != DeviceType.CPU
        : !IsCpu(device);

    // Matrix products and convolutions with 10 bits of mantissa instead of 23, several times as fast on Ampere and later.
    // Once: an application that wants them exact again may say so afterwards.
    static void AllowTensorFloat()
    {
        if (Interlocked.Exchange(ref _tensorFloatIsAllowed, 1) == 0)
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = true;
    }

    /// <summary>Whether libtorch can use a GPU of that number.</summary>
    internal static bool HasGpu(int index)
    {
        EnsureLoaded();
        return torch.cuda.is_available() && index >= 0 && index < torch.cuda.device_count();
    }

    /// <summary>Whether the text is a device name that <see cref="SelectDevice"/> understands.</summary>
    internal static bool IsDeviceName(string? device) =>
        device is null || IsCpu(device) || CudaIndex(device) >= 0;

    internal static bool IsCpu(string device) => device.Equals("cpu", StringComparison.OrdinalIgnoreCase);

    static int CudaIndex(string device) =>
        device.Equals("cuda", StringComparison.OrdinalIgnoreCase) ? 0
        : device.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase) && int.TryParse(device.AsSpan(5), out var index) ? index
        : -1;
}
