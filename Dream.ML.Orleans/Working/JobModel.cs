using System.Reflection;
using Dream.ML.MLNet;
using Microsoft.ML;

namespace Dream.ML.Orleans.Working;

/// <summary>A job's model, loaded by one worker, and where its pictures are.</summary>
sealed class JobModel : IDisposable
{
    readonly DreamSuperResolutionTransformer _model;

    /// <exception cref="IOException">The model cannot be read.</exception>
    internal JobModel(string request, DreamClusterOptions options, int? device)
    {
        (Request, Job) = (request, DreamBatchJob.FromJson(request));
        using var own = (options.FindModel(Job.Model) ?? PretrainedModel.FromFile(Job.Model)).Load(new MLContext { GpuDeviceId = device });
        _model = own.WithSampling(options.ApplyTo(Job.Sampling ?? own.Sampling));
        Limits = options.Limits;
        Upscaler = new(_model, Job.Format, Job.Quality, options.Limits);
        (Input, Output) = (options.OpenStore(Job.Input), options.OpenStore(Job.Output));
        Fingerprint = $"{Version} {Convert.ToHexString(_model.Fingerprint())}";
    }

    internal string Request { get; }

    internal DreamBatchJob Job { get; }

    internal ImageFileUpscaler Upscaler { get; }

    internal ImageLimits Limits { get; }

    internal IPictureStore Input { get; }

    internal IPictureStore Output { get; }

    /// <summary>What results depend on beside pictures, format and quality.</summary>
    internal string Fingerprint { get; }

    static string Version =>
        typeof(PretrainedModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public void Dispose() => _model.Dispose();
}
