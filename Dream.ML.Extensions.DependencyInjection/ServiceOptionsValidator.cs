using Microsoft.Extensions.Options;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Refuses options that cannot work, all reasons at once.</summary>
sealed class ServiceOptionsValidator : IValidateOptions<DreamSuperResolutionServiceOptions>
{
    public ValidateOptionsResult Validate(string? name, DreamSuperResolutionServiceOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (ModelFile.Problem(options.ModelPath) is { } problem)
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
}
