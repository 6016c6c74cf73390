using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using Dream.ML.Diffusion.Samplers;

namespace Dream.ML;

/// <summary>How noise is turned into a picture, step by step. As text, in files and on command lines: <c>Ddim</c> or <c>Ddim(0.5)</c>.</summary>
/// <seealso cref="Ancestral"/>
/// <seealso cref="Ddim"/>
/// <seealso cref="DpmSolverPlusPlus"/>
[JsonConverter(typeof(SamplerJsonConverter))]
public abstract record Sampler
{
    // A sampler is found by its name: a new one needs a file of its own and nothing else.
    static readonly Dictionary<string, ConstructorInfo> Known = typeof(Sampler).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Sampler)))
        .ToDictionary(type => type.Name, type => type.GetConstructors().Single(), StringComparer.OrdinalIgnoreCase);

    private protected Sampler()
    {
    }

    /// <summary>The names of all samplers.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether a step needs the clean signal that the step before estimated.</summary>
    internal virtual bool RemembersEstimate => false;

    /// <summary>Whether steps draw noise.</summary>
    internal virtual bool DrawsNoise => false;

    /// <summary>The step from one noise level to the next; after the last level follows g = 1, that is x̂0, in every sampler.</summary>
    /// <param name="process">How noise is added.</param>
    /// <param name="levels">Noise levels g of all steps, rising.</param>
    /// <param name="i">Number of the step, from 0 to the last but one.</param>
    public abstract SamplerStep Step(ForwardProcess process, IReadOnlyList<double> levels, int i);

    /// <summary>
    /// y' = a'·x̂0 + √(s'² − σ²)·ε̂ + σ·z with the ε̂ = (y − a·x̂0)/s that goes with the (clipped) x̂0 (Song et al. 2021, Eq. 12).
    /// </summary>
    private protected static SamplerStep Towards(ForwardProcess process, double level, double next, double sigma)
    {
        var ((a, s), (nextA, nextS)) = (process.Coefficients(level), process.Coefficients(next));
        var epsilon = Math.Sqrt(Math.Max(0, nextS * nextS - sigma * sigma)) / s;
        return new() { Estimate = nextA - a * epsilon, Signal = epsilon, Noise = sigma };
    }

    /// <summary>Reads a sampler's text.</summary>
    /// <exception cref="FormatException">It is not the text of a sampler; the message says which there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting of the sampler is out of its range.</exception>
    public static Sampler Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.TrimEnd(')').Split('(', 2);
        if (Known.TryGetValue(parts[0].Trim(), out var constructor))
        {
            var arguments = constructor.GetParameters().Select(parameter => parameter.DefaultValue).ToArray();
            if (parts.Length == 1 && !text.EndsWith(')'))
                return Create(constructor, arguments);
            if (parts.Length == 2 && arguments.Length == 1 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var number))
                return Create(constructor, [number]);
        }
        throw new FormatException($"'{text}' is no sampler: there are {string.Join(", ", Names)}, and settings in parentheses such as Ddim(0.5).");
    }

    static Sampler Create(ConstructorInfo constructor, object?[] arguments) =>
        (Sampler)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);

    /// <summary>Its text, which <see cref="Parse"/> reads.</summary>
    public sealed override string ToString() => Setting is { } setting
        ? string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}({setting})") : GetType().Name;

    /// <summary>The setting of a sampler that has one other than by default.</summary>
    private protected virtual double? Setting => null;
}
