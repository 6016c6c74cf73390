using System.CommandLine;
using System.Net;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Serving;

namespace Dream.ML.Samples.Commands;

/// <summary>Serves a web page that upscales.</summary>
static class ServeCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var model = new Option<string>("--model", "-n")
        {
            HelpName = "model",
            Description = $"The model that the page offers first: a ready-made one ({ModelChoice.Names}), or a file that training wrote; " +
                $"{ModelChoice.Auto} looks at each picture.",
            DefaultValueFactory = _ => ModelChoice.Auto,
        };
        model.Validators.Add(result => ModelChoice.Check(result, result.GetValueOrDefault<string>() is var given && given == ModelChoice.Auto ? null : given));
        model.CompletionSources.Add([ModelChoice.Auto, .. ModelChoice.All]);
        var host = new Option<string>("--host")
        {
            Description = $"Address to listen on: {UpscaleServer.LocalHost} for this machine alone, or an IP address, such as 0.0.0.0 for all networks.",
            DefaultValueFactory = _ => UpscaleServer.LocalHost,
        };
        host.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var given && given != UpscaleServer.LocalHost && !IPAddress.TryParse(given, out _))
                result.AddError($"--host takes {UpscaleServer.LocalHost} or an IP address, not '{given}'.");
        });
        var port = new Option<int>("--port") { Description = "Port to listen on; 0 takes a free one.", DefaultValueFactory = _ => 5300 };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > IPEndPoint.MaxPort)
                result.AddError($"--port takes 0 to {IPEndPoint.MaxPort}.");
        });
        var device = new Option<string?>("--device")
        {
            Description = "Where to upscale: cpu, cuda or cuda:N. A GPU when there is one, unless given.",
        };
        var runtime = new Option<string?>("--onnxruntime-web")
        {
            Description = "Folder with the files of onnxruntime-web, for upscaling in the browser. " +
                $"Unless given, '{BrowserRuntime.Folder}' below this folder or one above it, as eng/check-onnx leaves it.",
        };
        runtime.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && BrowserRuntime.Missing(given) is { } missing)
                result.AddError($"--onnxruntime-web: there is no file '{missing}'.");
        });
        var command = new Command("serve", "Serves a web page that upscales pictures.") { model, host, port, device, runtime };
        command.SetAction(result =>
        {
            var given = result.GetRequiredValue(model);
            new UpscaleServer
            {
                Model = given == ModelChoice.Auto ? null : ModelChoice.Named(given),
                Host = result.GetRequiredValue(host),
                Port = result.GetValue(port),
                Context = PhotoModel.Context(result.GetValue(device)),
                Runtime = BrowserRuntime.Find(result.GetValue(runtime)),
            }.Run(cancellation);
        });
        return command;
    }
}
