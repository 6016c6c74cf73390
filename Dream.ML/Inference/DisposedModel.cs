namespace Dream.ML.Inference;

/// <summary>What is said when a model is used after its end, which ML.NET may have brought about unasked.</summary>
static class DisposedModel
{
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    internal static void ThrowIf(bool disposed)
    {
        if (disposed)
            throw new ObjectDisposedException("DreamSuperResolutionTransformer",
                "The model was disposed: by its own Dispose, or with a PredictionEngine or a pipeline that held it. Prediction " +
                "engines dispose their model unless they are created with new PredictionEngineOptions { OwnsTransformer = false }. " +
                "Dispose the model after its last use.");
    }
}
