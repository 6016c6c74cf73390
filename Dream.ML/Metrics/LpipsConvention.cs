namespace Dream.ML;

/// <summary>In which range colors are fed to <see cref="Lpips"/>. Values are comparable only under the same one.</summary>
public enum LpipsConvention
{
    /// <summary>[−1, 1], as the LPIPS authors' library expects.</summary>
    Standard,

    /// <summary>[0, 1] fed as is, as the DREAM authors' code does: half the contrast, as a rule lower values.</summary>
    Dream,
}
