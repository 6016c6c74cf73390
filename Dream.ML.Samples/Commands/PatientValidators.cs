using System.CommandLine;

namespace Dream.ML.Samples.Commands;

/// <summary>
/// Validators that ask for a value that cannot be read get an exception, although the parser reports such values by itself, and
/// lines that are still being completed have them.
/// </summary>
static class PatientValidators
{
    /// <summary>Has the validators of a command, and of those below it, leave such values alone.</summary>
    internal static void Require(Command command)
    {
        Wrap(command.Validators);
        foreach (var option in command.Options)
            Wrap(option.Validators);
        foreach (var argument in command.Arguments)
            Wrap(argument.Validators);
        foreach (var subcommand in command.Subcommands)
            Require(subcommand);
    }

    static void Wrap<T>(List<Action<T>> validators)
    {
        for (var i = 0; i < validators.Count; i++)
        {
            var validator = validators[i];
            validators[i] = result =>
            {
                try
                {
                    validator(result);
                }
                catch (InvalidOperationException)
                {
                }
            };
        }
    }
}
