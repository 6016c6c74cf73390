namespace Dream.ML.Orleans.Grains;

static class StateExtensions
{
    /// <summary>
    /// Stores a grain's state. Where that fails nobody knows what is stored: the grain goes, and the next call makes one that reads it.
    /// </summary>
    internal static async Task SaveAsync<T>(this IPersistentState<T> state, Grain grain)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            grain.GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationError, "Its state could not be stored."));
            throw;
        }
    }
}
