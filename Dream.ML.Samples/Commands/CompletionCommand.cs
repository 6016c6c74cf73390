using System.CommandLine;

namespace Dream.ML.Samples.Commands;

/// <summary>Prints what makes a shell complete the command line.</summary>
static class CompletionCommand
{
    // They ask the program itself, by the directive that System.CommandLine gives it. Flags are offered to those who begin one; where nothing
    // fits, file names are.
    static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # In ~/.bashrc: eval "$(dream completion bash)"
            _dream() {
                local word=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
                COMPREPLY=($(compgen -W "$(dream "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)" -- "$word"))
                [[ $word == -* ]] || COMPREPLY=($(printf '%s\n' "${COMPREPLY[@]}" | grep -v '^[-/]'))
            }
            complete -o default -F _dream dream
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit: eval "$(dream completion zsh)"
            _dream() {
                local -a found=("${(@f)$(dream "[suggest:$CURSOR]" "$BUFFER" 2> /dev/null)}")
                [[ $PREFIX == -* ]] || found=("${(@)found:#[-/]*}")
                compadd -- $found || _files
            }
            compdef _dream dream
            """,
        ["pwsh"] = """
            # In $PROFILE: dream completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName dream -ScriptBlock {
                param($word, $line, $position)
                dream "[suggest:$position]" "$line" 2> $null |
                    Where-Object { $_ -like "$word*" -and ($word -like '-*' -or $_ -notmatch '^[-/]') } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    internal static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "The shell." }.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a script with which a shell completes commands, flags and model names.") { shell };
        command.SetAction(result => Console.WriteLine(Scripts[result.GetRequiredValue(shell)]));
        return command;
    }
}
