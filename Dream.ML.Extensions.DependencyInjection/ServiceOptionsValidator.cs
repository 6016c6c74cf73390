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
        if (options.MaxConcurrentUpscales < 1)
            result.AddError(
                $"It is {options.MaxConcurrentUpscales}; give at least 1.", nameof(options.MaxConcurrentUpscales));
        if (options.MaxQueueLength < 0)
            result.AddError($"It is {options.MaxQueueLength}; give at least 0.", nameof(options.MaxQueueLength));
        if (options.Limits is null)
            result.AddError("It is null; leave it out for the default limits.", nameof(options.Limits));
        else if (options.MaxQueueBytes < options.Limits.MaxFileBytes)
            result.AddError(
                $"It is {options.MaxQueueBytes:N0}; give at least MaxFileBytes of the limits, {options.Limits.MaxFileBytes:N0}.",
                nameof(options.MaxQueueBytes));
        return result.Build();
    }
}
