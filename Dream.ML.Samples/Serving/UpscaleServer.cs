using System.Net;
using Dream.ML.Extensions.DependencyInjection;
using Dream.ML.Samples.Photos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML;

namespace Dream.ML.Samples.Serving;

/// <summary>A web page that upscales pictures, and the server behind it.</summary>
sealed class UpscaleServer
{
    internal const string LocalHost = "localhost";
    const int SuggestedScale = 4;

    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The model that the page offers first; <c>null</c>: the one that suits each picture.</summary>
    internal required PretrainedModel? Model { get; init; }

    internal required string Host { get; init; }

    internal required int Port { get; init; }

    /// <summary>Chooses the device.</summary>
    internal required MLContext Context { get; init; }

    internal required BrowserRuntime? Runtime { get; init; }

    bool IsLocal => Host == LocalHost || IPAddress.IsLoopback(IPAddress.Parse(Host));

    /// <summary>Serves until it is canceled.</summary>
    internal void Run(CancellationToken cancellation)
    {
        Model?.Contents.RequireMask(isGiven: false);
        using var app = Build();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            Reporting.Output.Result(new { app.Urls }, $"Open {string.Join(" or ", app.Urls)} in a browser. Ctrl+C stops.");
            if (!IsLocal)
                Reporting.Failure.Warn("whoever reaches this machine can use the page; there is neither a password nor encryption.");
        });
        try
        {
            app.RunAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException($"Port {Port} is taken by another program. Give --port another number, or 0 for a free one.", e);
        }
    }

    WebApplication Build()
    {
        // Nothing that happens to lie in the current folder or the environment configures it.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ServedModel.MaxFileBytes;
            Listen(kestrel);
        });
        ServedModel[] models =
        [
            .. DreamModels.All.Prepend(Model).OfType<PretrainedModel>().Select(model => new ServedModel(model)).DistinctBy(model => model.Name),
        ];
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton(Context);
        builder.Services.AddSingleton<UpscaleJobs>();
        builder.Services.AddHostedService(services => services.GetRequiredService<UpscaleJobs>());
        foreach (var model in models)
            builder.Services.AddDreamSuperResolution(options =>
            {
                options.Model = model.Model;
                options.Limits = new() { MaxFileBytes = ServedModel.MaxFileBytes, MaxPixels = ServedModel.MaxInputPixels(model.Scale) };
            }, model.Name);

        var app = builder.Build();
        app.Use((context, next) => RequestGuard.InvokeAsync(context, next, IsLocal));
        app.MapGet("/", () => PageFiles.Serve("index.html"));
        app.MapGet("/{file}", (string file) => PageFiles.Serve(file));
        app.MapGet("/api/about", () => new
        {
            Models = models,
            Model = Model is null ? ModelChoice.Auto : models[0].Name,
            ServedModel.MaxFileBytes,
            MaxOutputPixels = DreamSuperResolutionServiceOptions.DefaultMaxOutputPixels,
            RuntimeCure = Runtime is null ? BrowserRuntime.Cure : null,
        });
        MapBrowserMode(app, models);
        MapJobs(app, models);
        return app;
    }

    void Listen(KestrelServerOptions kestrel)
    {
        if (Host == LocalHost && Port != 0)
            kestrel.ListenLocalhost(Port);
        else
            kestrel.Listen(Host == LocalHost ? IPAddress.Loopback : IPAddress.Parse(Host), Port);
    }

    /// <summary>What a browser needs to upscale by itself. No name from outside becomes a path.</summary>
    void MapBrowserMode(WebApplication app, ServedModel[] models)
    {
        app.MapGet("/ort/{file}", (string file) => Runtime?.PathOf(file) is { } path
            ? Results.File(path, PageFiles.MediaType(file), lastModified: File.GetLastWriteTimeUtc(path))
            : Results.NotFound());
        app.MapGet("/models/{name}.onnx", (string name, string? preset) =>
            models.FirstOrDefault(model => model.Name == name) is { } model && ServedModel.Detail(preset) is { } detail
                ? Results.Bytes(
                    model.ToOnnx(app.Services.GetRequiredKeyedService<DreamSuperResolutionTransformer>(name), detail),
                    "application/octet-stream")
                : Results.Problem($"There is no model '{name}' with a preset '{preset}'.", statusCode: StatusCodes.Status404NotFound));
    }

    static void MapJobs(WebApplication app, ServedModel[] models)
    {
        var jobs = app.Services.GetRequiredService<UpscaleJobs>();
        var stopping = app.Lifetime.ApplicationStopping;

        app.MapPost("/api/jobs", async (HttpRequest request, string? model, string? preset, int? width, CancellationToken gone) =>
        {
            var chosen = models.FirstOrDefault(served => served.Name == model);
            if (chosen is null && model is not (null or ModelChoice.Auto))
                return Refuse(StatusCodes.Status400BadRequest, $"There is no model '{model}'.");
            if (ServedModel.Detail(preset) is not { } detail)
                return Refuse(StatusCodes.Status400BadRequest, $"There is no preset '{preset}'.");
            if (jobs.Add() is not { } job)
                return Refuse(StatusCodes.Status503ServiceUnavailable, "The server is busy with other pictures. Try again later.");
            // However slow the upload is.
            using var upload = job.Watch();
            var file = new MemoryStream();
            try
            {
                await request.Body.CopyToAsync(file, gone);
            }
            catch
            {
                jobs.Forget(job.Id);
                throw;
            }
            file.Position = 0;
            _ = RunAsync(job, file, chosen, new() { Detail = detail, Width = width });
            return Results.Accepted(value: job);
        });
        app.MapGet("/api/jobs/{id}", (string id) => jobs.Find(id) is { } job
            ? Results.ServerSentEvents(job.WatchAsync(stopping))
            : Forgotten());
        app.MapGet("/api/jobs/{id}/result", (string id) => jobs.Find(id)?.State.Result is { } result
            ? Results.Bytes(result.Content, result.ContentType)
            : Forgotten());
        app.MapDelete("/api/jobs/{id}", (string id) => jobs.Forget(id) ? Results.NoContent() : Forgotten());

        async Task RunAsync(UpscaleJob job, MemoryStream file, ServedModel? chosen, UpscaleSettings settings)
        {
            await job.RunAsync(() => UpscaleAsync(job, file, chosen, settings), chosen?.Limit ?? ServedModel.LimitOf(SuggestedScale));
            jobs.Trim();
        }

        async Task<UpscaledFile> UpscaleAsync(UpscaleJob job, MemoryStream file, ServedModel? chosen, UpscaleSettings settings)
        {
            if (chosen is null)
            {
                var suggestion = await Task.Run(() => Suggest(file), job.Canceled);
                chosen = models.First(model => model.Name == suggestion.Model.Name);
                job.Use(chosen, suggestion.Reason);
            }
            else
                job.Use(chosen, reason: null);
            file.Position = 0;
            return await app.Services.GetRequiredKeyedService<IDreamUpscaler>(chosen.Name).UpscaleAsync(file, job, settings, job.Canceled);
        }

        static ModelSuggestion Suggest(MemoryStream file)
        {
            using var image = ImageFiles.Read(file, new() { MaxPixels = ServedModel.MaxInputPixels(SuggestedScale) });
            return DreamModels.Suggest(image, SuggestedScale);
        }

        static IResult Refuse(int status, string problem) => Results.Problem(problem, statusCode: status);

        static IResult Forgotten() => Refuse(StatusCodes.Status404NotFound, "The server has no such picture, or has forgotten it.");
    }
}
