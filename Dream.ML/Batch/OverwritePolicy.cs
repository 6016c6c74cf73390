namespace Dream.ML;

/// <summary>What happens to files that the output folder holds already.</summary>
public enum OverwritePolicy
{
    /// <summary>
    /// Finished files are skipped: those made from the same input, by the same model, with the same settings, and not
    /// changed since. All others are replaced.
    /// </summary>
    Changed,

    /// <summary>All are replaced.</summary>
    Always,

    /// <summary>None is replaced.</summary>
    Never,
}
