using System.CommandLine;
using Dream.ML.Orleans;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Dream.ML.Samples.Commands;

/// <summary>Upscales with several machines, whose ledger is in Redis.</summary>
static class ClusterCommand
{
    static readonly Option<string> Redis = new("--redis")
    {
        Description = "Redis, which keeps the ledger and the list of machines. Give it 'appendonly yes'.",
        DefaultValueFactory = _ => "localhost:6379",
        Recursive = true,
    };

    internal static Command Create(CancellationToken cancellation) => new("cluster", "Upscales with several machines that reach the same folders.")
    {
        Redis, Worker(cancellation), Output.AddFlags(Submit(cancellation)), Output.AddFlags(Status(cancellation)),
    };

    static Command Worker(CancellationToken cancellation)
    {
        var port = new Option<int>("--port") { Description = "Port for the other machines.", DefaultValueFactory = _ => 11111 };
        var gateway = new Option<int>("--gateway") { Description = "Port for submit and status.", DefaultValueFactory = _ => 30000 };
        var gpu = new Option<int[]>("--gpu") { Description = "The GPUs to work on, by their numbers; the CPU unless given.", AllowMultipleArgumentsPerToken = true };
        var lease = new Option<int>("--lease")
        {
            Description = "Seconds without a sign of life, which comes after every row of tiles, until another takes a picture over.",
            DefaultValueFactory = _ => 120,
        };
        var command = new Command("worker", "Works until it is stopped.") { port, gateway, gpu, lease };
        command.SetAction(result =>
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.UseOrleans(silo => silo
                .UseRedisClustering(result.GetRequiredValue(Redis))
                .AddRedisGrainStorage(DreamCluster.StorageName, options =>
                    (options.ConfigurationOptions, options.DeleteStateOnClear) = (ConfigurationOptions.Parse(result.GetRequiredValue(Redis)), true))
                .Configure<EndpointOptions>(options => (options.SiloPort, options.GatewayPort) = (result.GetValue(port), result.GetValue(gateway)))
                .AddDreamSuperResolution(options =>
                {
                    options.FindModel = DreamModels.Find;
                    options.GpuDeviceIds = result.GetValue(gpu) ?? [];
                    options.LeaseDuration = TimeSpan.FromSeconds(result.GetValue(lease));
                }));
            using var host = builder.Build();
            host.RunAsync(cancellation).GetAwaiter().GetResult();
        });
        return command;
    }

    static Command Submit(CancellationToken cancellation)
    {
        var input = new Argument<string>("input") { Description = "The folder of images, sub-folders too, as all machines see it." };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the results, as all machines see it.", Required = true };
        var model = new Option<string>("--model", "-n")
        {
            Description = $"A ready-made model ({ModelChoice.Names}), or a file that all machines see.",
            DefaultValueFactory = _ => DreamModels.Photo4xReal.Name,
        };
        var id = new Option<string?>("--id") { Description = "The job's name; the same again resumes a submission. A random one unless given." };
        var command = new Command("submit", "Lists a folder's images for the workers, and prints the job's name.") { input, output, model, id };
        command.SetAction(result => Run(result, async batch =>
        {
            var job = new DreamBatchJob
            {
                Input = Path.GetFullPath(result.GetRequiredValue(input)),
                Output = Path.GetFullPath(result.GetRequiredValue(output)),
                Model = DreamModels.Find(result.GetRequiredValue(model))?.Name ?? Path.GetFullPath(result.GetRequiredValue(model)),
            };
            job = result.GetValue(id) is { } name ? job with { Id = name } : job;
            await batch.SubmitAsync(job, cancellation);
            Output.Result(new { job.Id }, job.Id);
        }));
        return command;
    }

    static Command Status(CancellationToken cancellation)
    {
        var job = new Argument<string?>("job") { Description = "The job's name; all that have not ended unless given.", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch") { Description = "Goes on until the job has ended." };
        var failures = new Option<bool>("--failures") { Description = "Also lists the images that failed, and why." };
        var change = new Option<Change?>("--do") { Description = "Changes the job first." };
        var command = new Command("status", "Tells how jobs stand.") { job, watch, failures, change };
        command.SetAction(result => Run(result, async batch =>
        {
            List<JobOutcome> outcomes = [];
            foreach (var id in result.GetValue(job) is { } named ? [named] : await batch.ListAsync())
            {
                await ChangeAsync(batch, id, result.GetValue(change), cancellation);
                if (result.GetValue(change) == Change.Delete)
                    continue;
                if (result.GetValue(watch))
                    await foreach (var status in batch.WatchAsync(id, TimeSpan.FromSeconds(1), cancellation))
                        Console.WriteLine(new JobOutcome(id, status, []));
                outcomes.Add(new(
                    id, await batch.GetStatusAsync(id, cancellation),
                    result.GetValue(failures) ? await batch.GetFailuresAsync(id, cancellation).ToListAsync(cancellation) : []));
            }
            Output.Result(new { Jobs = outcomes }, string.Join('\n', outcomes));
        }));
        return command;
    }

    static Task ChangeAsync(IDreamBatch batch, string job, Change? change, CancellationToken cancellation) => change switch
    {
        Change.Pause => batch.PauseAsync(job),
        Change.Resume => batch.ResumeAsync(job),
        Change.Cancel => batch.CancelAsync(job),
        Change.Retry => batch.RetryAsync(job),
        Change.Delete => batch.DeleteAsync(job, cancellation),
        _ => Task.CompletedTask,
    };

    static void Run(ParseResult result, Func<IDreamBatch, Task> work)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleansClient(client => client.UseRedisClustering(result.GetRequiredValue(Redis)));
        builder.Services.AddDreamBatch();
        using var host = builder.Build();
        RunAsync().GetAwaiter().GetResult();

        async Task RunAsync()
        {
            await host.StartAsync();
            await work(host.Services.GetRequiredService<IDreamBatch>());
            await host.StopAsync();
        }
    }

    sealed record JobOutcome(string Id, DreamBatchStatus Status, IReadOnlyList<BatchFailure> Failures)
    {
        public override string ToString() => string.Join('\n',
        [
            $"{Id}: {Status.State}, {Status.Done:N0} of {Status.Total:N0} done, {Status.Failed:N0} failed, {Status.InWork:N0} in work. {Status.Problem}".TrimEnd(),
            .. Failures.Select(failure => $"  {failure.File}: {failure.Reason}"),
        ]);
    }

    enum Change
    {
        Pause,
        Resume,
        Cancel,
        Retry,
        Delete,
    }
}
