using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dream.ML.Benchmarks.Workload;
using TorchSharp;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>A Python process that trains with the authors' code, one step whenever it is asked.</summary>
sealed class AuthorsTraining : IDisposable
{
    readonly Process _process;
    string? _lastError;

    AuthorsTraining(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _lastError = line.Data ?? _lastError;
        _process.BeginErrorReadLine();
        (TorchVersion, Parameters) = (Answer(), long.Parse(Answer(), CultureInfo.InvariantCulture));
    }

    internal string TorchVersion { get; }

    internal long Parameters { get; }

    /// <exception cref="IOException">There is no such code, or Python cannot run it; the message says why.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such Python.</exception>
    internal static AuthorsTraining Start(string python, string? folder)
    {
        if (folder is null)
            throw new IOException("name their folder with --authors");
        if (!Directory.Exists(Path.Combine(folder, "model", "sr3_modules")))
            throw new IOException($"'{folder}' has no folder model/sr3_modules; --authors takes the folder sr3 of their repository");
        var (network, options) = (SmallSr3.Network, SmallSr3.Options);
        var settings = JsonSerializer.Serialize(new
        {
            threads = torch.get_num_threads(),
            batch = options.Training.BatchSize,
            learning_rate = network.DefaultLearningRate,
            unet = new
            {
                inner_channel = network.InnerChannels,
                norm_groups = network.NormGroups,
                channel_mults = network.ChannelMultipliers,
                attn_res = network.AttentionResolutions,
                res_blocks = network.ResBlocks,
                dropout = network.Dropout,
                image_size = network.ImageSize,
            },
        });
        return new(new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Peers", "authors_step.py"), folder, settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
    }

    /// <summary>Trains one step.</summary>
    /// <returns>The seconds it took, by Python's clock.</returns>
    internal double Step()
    {
        _process.StandardInput.WriteLine("go");
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    string Answer()
    {
        if (_process.StandardOutput.ReadLine() is { } line)
            return line;
        _process.WaitForExit();
        throw new IOException($"Python ended: {_lastError}");
    }
}
