using Dream.ML.Extensions.DependencyInjection;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDreamSuperResolution(builder.Configuration.GetSection("Dream"));
builder.Services.AddHealthChecks().AddDreamSuperResolution();
var app = builder.Build();
app.MapHealthChecks("/health");
// The image is the body, or the file of a form; the query says what to make of it: /upscale?width=800&format=Jpeg
app.MapPost("/upscale", (Stream body, [AsParameters] UpscaleSettings settings, IDreamUpscaler upscaler, CancellationToken gone) =>
    UpscaleAsync(upscaler, body, settings, gone));
app.MapPost("/upscale", (IFormFile file, [AsParameters] UpscaleSettings settings, IDreamUpscaler upscaler, CancellationToken gone) =>
    UpscaleAsync(upscaler, file.OpenReadStream(), settings, gone)).DisableAntiforgery();
app.Run();

static async Task<IResult> UpscaleAsync(IDreamUpscaler upscaler, Stream image, UpscaleSettings settings, CancellationToken gone)
{
    try
    {
        var file = await upscaler.UpscaleAsync(image, settings, gone);
        return Results.Bytes(file.Content, file.ContentType);
    }
    catch (Exception) when (gone.IsCancellationRequested)
    {
        return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
    }
    catch (UpscaleException e)
    {
        return Results.Problem(e.Message, statusCode: e.StatusCode);
    }
}
