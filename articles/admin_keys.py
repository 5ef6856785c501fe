"""Primary keys that admin forms send: what can be none counts as nothing, and is no error."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from js_asset import Media, Script


def is_key(value):
    """Whether a value sent by a form can be a primary key at all."""
    return value.isdecimal() and len(value) < 19


class Chosen(AutocompleteSelect):
    """Django's autocomplete input for one object."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name) or ""
        return value if is_key(value) else ""


class ChosenSeveral(AutocompleteSelectMultiple):
    """The same for several."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        # Its cross that clears all stands within the list, where no screen reader expects it; each
        # of those chosen has one of its own.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}

    def value_from_datadict(self, data, files, name):
        return [key for key in super().value_from_datadict(data, files, name) if is_key(key)]


class ChosenInOrder(ChosenSeveral):
    """The same, showing what is chosen in the order in which it was."""

    def optgroups(self, name, value, attr=None):
        groups = super().optgroups(name, value, attr)
        place = {key: number for number, key in enumerate(map(str, value))}
        for _label, options, _index in groups:
            options.sort(key=lambda option: place.get(str(option["value"]), len(place)))
        return groups


class ChosenFields:
    """For admin classes and inlines: these inputs for all ``autocomplete_fields``."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = Chosen(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = ChosenSeveral(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class CheckedAdmin(ChosenFields, admin.ModelAdmin):
    """
    An admin class for hostile forms and for everybody: what can be no key or field is passed over,
    in bulk actions too, and inputs that scripts make have names.
    """

    @property
    def media(self):
        return super().media + Media(js=[Script("articles/field_names.js", type="module")])

    def get_object(self, request, object_id, from_field=None):
        # Sent empty, it names no field.
        return super().get_object(request, object_id, from_field or None)

    def response_action(self, request, queryset):
        request.POST = request.POST.copy()
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        request.POST.setlist(ACTION_CHECKBOX_NAME, [key for key in chosen if is_key(key)])
        return super().response_action(request, queryset)
