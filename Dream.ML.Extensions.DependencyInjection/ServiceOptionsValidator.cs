using Dream.ML.MLNet;
using Microsoft.Extensions.Options;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Refuses options that cannot work, all reasons at once.</summary>
sealed class ServiceOptionsValidator : IValidateOptions<DreamSuperResolutionServiceOptions>
{
    const string Cure =
        "Give a file written by mlContext.Model.Save or by the Save method of the super-resolution transformer.";

    public ValidateOptionsResult Validate(string? name, DreamSuperResolutionServiceOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Model is not null)
        {
            if (!string.IsNullOrEmpty(options.ModelPath))
                result.AddError($"There is also a model '{options.Model}'. Give one of the two.", nameof(options.ModelPath));
        }
        else if (ModelProblem(options.ModelPath) is { } problem)
            result.AddError(problem, nameof(options.ModelPath));
        AtLeast(1, options.MaxConcurrentUpscales, nameof(options.MaxConcurrentUpscales));
        AtLeast(0, options.MaxQueueLength, nameof(options.MaxQueueLength));
        AtLeast(1, options.MaxUploads, nameof(options.MaxUploads));
        if (options.MaxOutputPixels is < 1 or > ImageLimits.LargestImage)
            result.AddError(
                $"It is {options.MaxOutputPixels:N0}; give 1 to {ImageLimits.LargestImage:N0}.", nameof(options.MaxOutputPixels));
        if (options.Limits is null)
            result.AddError("It is null; leave it out for the default limits.", nameof(options.Limits));
        else
        {
            HoldsAFile(options.MaxQueueBytes, nameof(options.MaxQueueBytes));
            HoldsAFile(options.MaxUploadBytes, nameof(options.MaxUploadBytes));
        }
        return result.Build();

        void AtLeast(int least, int value, string name)
        {
            if (value < least)
                result.AddError($"It is {value}; give at least {least}.", name);
        }

        void HoldsAFile(long bytes, string name)
        {
            if (bytes < options.Limits.MaxFileBytes)
                result.AddError(
                    $"It is {bytes:N0}; give at least MaxFileBytes of the limits, {options.Limits.MaxFileBytes:N0}.", name);
        }
    }

    /// <summary>Why a file cannot be a model, as far as a glance tells; <c>null</c> where it may be one.</summary>
    static string? ModelProblem(string path)
    {
        if (string.IsNullOrEmpty(path))
            return $"No model file is named. {Cure}";
        if (!Path.Exists(path))
            return $"There is no model file '{path}' (that is, '{Path.GetFullPath(path)}'). {Cure}";
        try
        {
            return ModelFile.MayBeModel(path) ? null : $"'{path}' is not a model file. {Cure}";
        }
        catch (IOException e)
        {
            return $"The model file '{path}' cannot be read: {e.Message}";
        }
        catch (UnauthorizedAccessException e)
        {
            return $"The model file '{path}' cannot be read: {e.Message} Allow the service to read it.";
        }
    }
}
