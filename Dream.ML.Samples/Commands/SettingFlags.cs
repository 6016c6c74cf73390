using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq.Expressions;
using System.Reflection;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>Properties of settings as flags of a command. A flag has its property's type, default and range.</summary>
/// <param name="create">Makes settings with their defaults.</param>
/// <param name="showsDefaults">Whether the help shows them.</param>
sealed class SettingFlags<T>(Func<T> create, bool showsDefaults = true) : IEnumerable<Option>
    where T : class
{
    readonly List<(Option Option, Action<ParseResult, T> Set)> _flags = [];

    internal void Add<TValue>(
        string flag, Expression<Func<T, TValue>> property, string help, Func<ArgumentResult, TValue>? parser = null, string? helpName = null)
    {
        var setting = (PropertyInfo)((MemberExpression)property.Body).Member;
        var option = new Option<TValue>(flag) { Description = help, CustomParser = parser, HelpName = helpName };
        if (showsDefaults && setting.GetValue(create()) is TValue value)
            option.DefaultValueFactory = _ => value;
        option.Validators.Add(result =>
        {
            try
            {
                if (!result.Implicit && !result.Errors.Any())
                    Set(create(), result.GetValueOrDefault<TValue>());
            }
            catch (ArgumentException e)
            {
                // It begins with the property's name. Without the flag the property is null.
                result.AddError(flag + Failure.Describe(e)[setting.Name.Length..].Replace(", or null", ""));
            }
        });
        _flags.Add((option, (result, settings) => Set(settings, result.GetValue(option))));

        void Set(T settings, TValue? value) => setting.SetValue(settings, value, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    /// <summary>Changes settings that nobody else has to what was given.</summary>
    internal T Apply(ParseResult result, T settings)
    {
        foreach (var (option, set) in _flags)
            if (result.GetResult(option) is { Implicit: false })
                set(result, settings);
        return settings;
    }

    /// <inheritdoc cref="Apply(ParseResult, T)"/>
    internal T Apply(ParseResult result) => Apply(result, create());

    public IEnumerator<Option> GetEnumerator() => _flags.Select(flag => flag.Option).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
