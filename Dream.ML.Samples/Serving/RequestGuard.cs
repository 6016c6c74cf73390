using System.Net;
using Dream.ML.Samples.Reporting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Results = Microsoft.AspNetCore.Http.Results;

namespace Dream.ML.Samples.Serving;

/// <summary>
/// Keeps other pages out, says in every answer what the page may do, and turns errors into sentences.
/// </summary>
static class RequestGuard
{
    // The worker compiles WebAssembly; nothing comes from elsewhere.
    const string Policy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
        "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static async Task InvokeAsync(HttpContext context, RequestDelegate next, bool isLocal)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        // Isolated from other pages, the browser's WebAssembly may use several threads.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (Problem(context.Request, isLocal) is { } problem)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, problem);
            return;
        }
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"The file is too large: at most {ServedModel.MaxFileBytes >> 20} MB are taken."
                : e.Message);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Failure.Warn($"{context.Request.Path}: {Failure.Describe(e)}");
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, Failure.Describe(e));
        }
    }

    static Task RefuseAsync(HttpContext context, int status, string problem) =>
        Results.Problem(problem, statusCode: status).ExecuteAsync(context);

    /// <summary>Why a request does not come from this page, or <c>null</c>.</summary>
    static string? Problem(HttpRequest request, bool isLocal)
    {
        // A foreign name that was made to lead to this machine is no name of it.
        if (isLocal && request.Host.Host is var host && host != UpscaleServer.LocalHost
            && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
            return $"This server is called {UpscaleServer.LocalHost}, not '{host}'.";
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return null;
        // Browsers say where a request comes from; other programs need not.
        StringValues site = request.Headers["Sec-Fetch-Site"], origin = request.Headers.Origin;
        return (site.Count == 0 || site == "same-origin" || site == "none")
            && (origin.Count == 0 || origin == $"{request.Scheme}://{request.Host}")
            ? null
            : "Requests of other pages are refused.";
    }
}
